package org.apikeys.usage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.apikeys.api.verify.DecisionCode;

/** The sums of one flush, cell by cell; rests as one row, whatever it holds. */
final class UsageBatch {
  private static final int VERSION = 1;

  private final Map<Cell, Sums> cells = new HashMap<>();

  Sums at(Cell cell) {
    return cells.computeIfAbsent(cell, fresh -> new Sums());
  }

  void add(UsageBatch other) {
    other.cells.forEach((cell, sums) -> at(cell).add(sums));
  }

  Map<Cell, Sums> cells() {
    return cells;
  }

  boolean isEmpty() {
    return cells.isEmpty();
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeInt(cells.size());
      for (Map.Entry<Cell, Sums> entry : cells.entrySet()) {
        write(out, entry.getKey());
        write(out, entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, Cell cell) throws IOException {
    out.writeLong(cell.keyId());
    out.writeLong(cell.organizationId());
    out.writeLong(cell.minute());
    out.writeUTF(cell.code().name());
    out.writeShort(cell.status());
    out.writeUTF(cell.endpoint());
    out.writeUTF(cell.country());
  }

  private static void write(DataOutputStream out, Sums sums) throws IOException {
    out.writeLong(sums.requests);
    out.writeLong(sums.denied);
    out.writeLong(sums.errors);
    out.writeLong(sums.timed);
    out.writeLong(sums.micros);
    out.writeLong(sums.bytesIn);
    out.writeLong(sums.bytesOut);
    byte[] sketch = sums.sketch();
    out.writeInt(sketch == null ? 0 : sketch.length);
    if (sketch != null) {
      out.write(sketch);
    }
  }

  static UsageBatch read(byte[] bytes) {
    UsageBatch batch = new UsageBatch();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalStateException("a newer version has written batch version " + version);
      }
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        Sums sums = batch.at(readCell(in));
        readInto(sums, in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a stored batch can't be read", e);
    }
    return batch;
  }

  private static Cell readCell(DataInputStream in) throws IOException {
    return new Cell(
        in.readLong(),
        in.readLong(),
        in.readLong(),
        DecisionCode.valueOf(in.readUTF()),
        in.readShort(),
        in.readUTF(),
        in.readUTF());
  }

  private static void readInto(Sums sums, DataInputStream in) throws IOException {
    sums.requests += in.readLong();
    sums.denied += in.readLong();
    sums.errors += in.readLong();
    sums.timed += in.readLong();
    sums.micros = Saturated.plus(sums.micros, in.readLong());
    sums.bytesIn = Saturated.plus(sums.bytesIn, in.readLong());
    sums.bytesOut = Saturated.plus(sums.bytesOut, in.readLong());
    int length = in.readInt();
    if (length > 0) {
      sums.times().merge(in.readNBytes(length));
    }
  }
}
