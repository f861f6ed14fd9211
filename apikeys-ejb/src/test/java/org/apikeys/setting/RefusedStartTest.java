package org.apikeys.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

/** What an operator reads when the server does not come up. */
class RefusedStartTest {

  @Test
  void saysWhatTheFailureAndItsCausesSayOnce() {
    Throwable inner = new FileNotFoundException("types.json (Is a directory)");
    Throwable outer =
        new UncheckedIOException("The file can't be read.", (FileNotFoundException) inner);

    assertThat(RefusedStart.reason(new RuntimeException(outer)))
        .isEqualTo("The file can't be read. / types.json (Is a directory)");
    assertThat(RefusedStart.reason(new IllegalStateException("FATAL: no such role\n----\nSQL")))
        .isEqualTo("FATAL: no such role");
    assertThat(RefusedStart.reason(new NullPointerException()))
        .isEqualTo("java.lang.NullPointerException");
  }

  @Test
  void tellsAWrongSettingInOneLine() {
    List<String> lines = new ArrayList<>();
    Logger log = Logger.getLogger(RefusedStart.class.getName());
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(new SimpleFormatter().formatMessage(line));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    log.addHandler(handler);
    try {
      Map<String, String> wrong = Map.of("apikeys.mail.from", "garbage");
      for (int i = 0; i < 2; i++) {
        try {
          Settings.ofServer(name -> Optional.ofNullable(wrong.get(name)));
        } catch (IllegalStateException e) {
          // told
        }
      }
    } finally {
      log.removeHandler(handler);
    }
    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith("The application does not start: The setting apikeys.mail.from ");
  }
}
