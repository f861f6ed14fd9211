package org.apikeys.usage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes small databases in MaxMind's format (version 2.0), for tests: IPv4 networks with their
 * countries.
 */
public final class GeoDatabase {
  private static final int EMPTY = -1;
  private static final byte[] MARKER = "MaxMind.com".getBytes(StandardCharsets.US_ASCII);

  /** The two branches of each node: another node, {@link #EMPTY}, or -2 - offset of its data. */
  private final List<int[]> nodes = new ArrayList<>(List.of(new int[] {EMPTY, EMPTY}));

  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  /** With a network, such as {@code 203.0.113.0/24}, in a country. */
  public GeoDatabase with(String network, String country) throws IOException {
    String[] parts = network.split("/", -1);
    int length = Integer.parseInt(parts[1]);
    byte[] address = InetAddress.getByName(parts[0]).getAddress();
    int offset = data.size();
    write(data, Map.of("country", Map.of("iso_code", country)));
    int node = 0;
    for (int bit = 0; bit < length; bit++) {
      int branch = (address[bit / 8] >> (7 - bit % 8)) & 1;
      if (bit == length - 1) {
        nodes.get(node)[branch] = -2 - offset;
      } else {
        int next = nodes.get(node)[branch];
        if (next < 0) {
          next = nodes.size();
          nodes.add(new int[] {EMPTY, EMPTY});
          nodes.get(node)[branch] = next;
        }
        node = next;
      }
    }
    return this;
  }

  /** Writes the file. */
  public Path writeTo(Path file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int[] node : nodes) {
      for (int record : node) {
        int value =
            record >= 0
                ? record
                : record == EMPTY ? nodes.size() : nodes.size() + 16 + (-2 - record);
        out.write(value >> 16);
        out.write(value >> 8);
        out.write(value);
      }
    }
    out.write(new byte[16]);
    out.write(data.toByteArray());
    out.write(0xab);
    out.write(0xcd);
    out.write(0xef);
    out.write(MARKER);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("binary_format_major_version", (short) 2);
    metadata.put("binary_format_minor_version", (short) 0);
    metadata.put("build_epoch", 1_700_000_000L);
    metadata.put("database_type", "Test-Country");
    metadata.put("description", Map.of("en", "made by a test"));
    metadata.put("ip_version", (short) 4);
    metadata.put("languages", List.of("en"));
    metadata.put("node_count", nodes.size());
    metadata.put("record_size", (short) 24);
    write(out, metadata);
    return Files.write(file, out.toByteArray());
  }

  private static void write(ByteArrayOutputStream out, Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      out.write(7 << 5 | map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        write(out, entry.getKey());
        write(out, entry.getValue());
      }
    } else if (value instanceof List<?> list) {
      out.write(list.size());
      out.write(11 - 7);
      for (Object item : list) {
        write(out, item);
      }
    } else if (value instanceof String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (bytes.length >= 29) {
        throw new IllegalArgumentException("longer than this writer knows: " + text);
      }
      out.write(2 << 5 | bytes.length);
      out.write(bytes);
    } else if (value instanceof Short number) {
      out.write(5 << 5 | 2);
      big(out, number, 2);
    } else if (value instanceof Integer number) {
      out.write(6 << 5 | 4);
      big(out, number, 4);
    } else if (value instanceof Long number) {
      out.write(8);
      out.write(9 - 7);
      big(out, number, 8);
    } else {
      throw new IllegalArgumentException(String.valueOf(value));
    }
  }

  private static void big(ByteArrayOutputStream out, long number, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) {
      out.write((int) (number >> (8 * i)));
    }
  }
}
