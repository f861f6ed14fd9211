package org.apikeys.usage;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketches;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A distribution of response times that can be added to others: percentiles of a year are those of
 * its calls, and no averages of averages. A DDSketch (Masson, Rim, Lee: VLDB 2019), right to within
 * {@link #ACCURACY} of the value.
 */
public final class ResponseTimes {
  /** Relative error of a percentile. */
  public static final double ACCURACY = 0.01;

  private static final double MICROS_A_SECOND = 1_000_000.0;

  private final DDSketch sketch = DDSketches.unboundedDense(ACCURACY);

  void accept(long micros) {
    sketch.accept((double) micros);
  }

  /** Adds what {@link #bytes} gave. */
  public void merge(byte @Nullable [] other) {
    if (other == null || other.length == 0) {
      return;
    }
    try {
      sketch.decodeAndMergeWith(ByteArrayInput.wrap(other));
    } catch (IOException e) {
      throw new UncheckedIOException("a stored distribution can't be read", e);
    }
  }

  void merge(ResponseTimes other) {
    sketch.mergeWith(other.sketch);
  }

  public boolean isEmpty() {
    return sketch.isEmpty();
  }

  /** The form in which it rests and travels. */
  public byte[] bytes() {
    GrowingByteArrayOutput out = GrowingByteArrayOutput.withDefaultInitialCapacity();
    try {
      sketch.encode(out, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.trimmedCopy();
  }

  /** Seconds that this share of the calls did not exceed; null without calls. */
  public @Nullable Double quantile(double share) {
    return sketch.isEmpty() ? null : Math.round(sketch.getValueAtQuantile(share)) / MICROS_A_SECOND;
  }
}
