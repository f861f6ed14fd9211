package org.apikeys.sidecar;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.apikeys.client.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Answers on one connection what can be granted at once, as it comes from the socket. Everything
 * else is handed on to Vert.x, which is behind it in the pipeline, byte by byte as it came: what is
 * not plain, what has to be asked about, what is refused. From the first request on that it can't
 * tell the end of, all is handed on.
 *
 * <p>Only the thread of the connection uses it.
 */
final class ShortWay extends ChannelInboundHandlerAdapter {
  private static final AttributeKey<ShortWay> KEY = AttributeKey.valueOf(ShortWay.class, "own");

  /** The name of what reads HTTP for Vert.x. */
  private static final String DECODER = "httpDecoder";

  /**
   * How long a request may come in pieces. Whoever asks is near; one who sends a byte now and then
   * would hold a connection, and up to 1 MiB of memory, for as long as they like.
   */
  private static final int WHOLE_SECONDS = 10;

  private final Grants grants;
  private final String peer;

  /** Whether Vert.x has a request that it has not answered. */
  private boolean waits;

  /** Whether Vert.x gets everything from now on. */
  private boolean handsOn;

  /** What was found out about the request that waits. */
  private @Nullable Tried tried;

  private boolean wrote;

  /** Ends the connection when a request has come in part only; null while none has. */
  private @Nullable Future<?> limit;

  ShortWay(Grants grants, String peer) {
    this.grants = grants;
    this.peer = peer;
  }

  /**
   * What was found out about a call that is not granted at once.
   *
   * @param verdict null when the server has to be asked
   */
  record Tried(@Nullable Verdict verdict) {}

  /** Puts one before Vert.x's reading of a connection. */
  static void into(HttpConnection connection, Grants grants, int idleSeconds) {
    Channel channel = ((ConnectionBase) connection).channel();
    ChannelPipeline pipeline = channel.pipeline();
    if (pipeline.get(DECODER) != null
        && channel.remoteAddress() instanceof InetSocketAddress address) {
      ShortWay way = new ShortWay(grants, address.getAddress().getHostAddress());
      channel.attr(KEY).set(way);
      pipeline.addBefore(DECODER, "silence", new IdleStateHandler(idleSeconds, 0, 0));
      pipeline.addBefore(DECODER, "short way", way);
    }
  }

  /** The one of a connection; null when it has none. */
  static @Nullable ShortWay of(HttpConnection connection) {
    return ((ConnectionBase) connection).channel().attr(KEY).get();
  }

  /** What was found out about the request that Vert.x has now; null for nothing. */
  @Nullable Tried takeTried() {
    Tried taken = tried;
    tried = null;
    return taken;
  }

  /** Vert.x has the request that it reads in one piece. */
  void whole() {
    if (limit != null) {
      limit.cancel(false);
      limit = null;
    }
  }

  /** Vert.x has answered the request that waited. */
  void answered() {
    waits = false;
    tried = null;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (waits) {
      // the answers have to be in the order of the questions
      handsOn = true;
    }
    if (!handsOn && message instanceof ByteBuf bytes) {
      boolean goesOn = true;
      while (goesOn && bytes.isReadable()) {
        goesOn = answers(context, bytes);
      }
      if (!bytes.isReadable()) {
        bytes.release();
        return;
      }
    }
    if (limit == null) {
      limit = context.executor().schedule(() -> end(context), WHOLE_SECONDS, TimeUnit.SECONDS);
    }
    context.fireChannelRead(message);
  }

  /** Answers the request that the bytes begin with; false when Vert.x has to. */
  private boolean answers(ChannelHandlerContext context, ByteBuf bytes) {
    Grants.Answer answer = grants.answer(bytes, peer, context.alloc());
    ByteBuf whole = answer.bytes();
    if (whole != null) {
      bytes.skipBytes(answer.length());
      write(context, whole);
      return true;
    }
    waits = true;
    tried = answer.tried();
    handsOn = answer.length() != bytes.readableBytes();
    return false;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a connection that can't be written to is closed
  private void write(ChannelHandlerContext context, ByteBuf answer) {
    context.write(answer, context.voidPromise());
    wrote = true;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (wrote) {
      wrote = false;
      context.flush();
    }
    context.fireChannelReadComplete();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end of it
  private static void end(ChannelHandlerContext context) {
    context.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent) {
      end(context);
    } else {
      context.fireUserEventTriggered(event);
    }
  }
}
