package org.apikeys.sidecar;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Optional;
import java.util.function.Function;
import org.apikeys.client.Call;
import org.apikeys.client.Verdict;
import org.jspecify.annotations.Nullable;

/** Answers plain questions about calls that are granted at once. One thread uses one. */
final class Grants {
  private static final Answer NOT_PLAIN = new Answer(null, 0, null);

  private final PlainQuestion question = new PlainQuestion();
  private final PlainAnswer written = new PlainAnswer();
  private final ForwardedCalls forwarded;
  private final VerifiedCalls verified;
  private final Function<Call, Optional<Verdict>> decision;

  Grants(
      ForwardedCalls forwarded,
      VerifiedCalls verified,
      Function<Call, Optional<Verdict>> decision) {
    this.forwarded = forwarded;
    this.verified = verified;
    this.decision = decision;
  }

  /**
   * What became of a request.
   *
   * @param bytes the answer; null when it is for Vert.x to answer
   * @param length how many bytes the request has; 0 when that is not known
   * @param tried what was found out when it is for Vert.x; null for nothing
   */
  record Answer(@Nullable ByteBuf bytes, int length, ShortWay.@Nullable Tried tried) {}

  /** Answers the request that the bytes begin with, and leaves them as they are. */
  Answer answer(ByteBuf bytes, String peer, ByteBufAllocator allocator) {
    int come = Math.min(bytes.readableBytes(), PlainQuestion.LONGEST);
    bytes.getBytes(bytes.readerIndex(), question.bytes(), 0, come);
    int length = question.read(come, peer);
    if (length == 0) {
      return NOT_PLAIN;
    }
    boolean authorizes = question.path().equals(Sidecar.AUTHORIZE) && question.bodyLength() == 0;
    Optional<Call> call =
        authorizes
            ? forwarded.read(question)
            : question.path().equals(Sidecar.VERIFY) ? verified.read(question) : Optional.empty();
    if (call.isEmpty()) {
      return new Answer(null, length, null);
    }
    Verdict verdict = decision.apply(call.get()).orElse(null);
    ByteBuf answer = null;
    if (verdict != null && verdict.valid() && verdict.document() == null) {
      String id = Exchange.id(question.first(Header.REQUEST_ID));
      answer =
          authorizes
              ? written.authorize(id, verdict, allocator)
              : written.verify(id, verdict, allocator);
    }
    return new Answer(answer, length, answer == null ? new ShortWay.Tried(verdict) : null);
  }
}
