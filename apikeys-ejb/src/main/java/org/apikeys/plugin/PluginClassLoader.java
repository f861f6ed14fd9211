package org.apikeys.plugin;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;
import org.apikeys.api.plugin.PermissionPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Where the classes of one jar live. They see each other, the JDK and the contract; of the system
 * and its libraries they see nothing. The jar is in memory, so that its file can be changed or
 * taken away at any time, and a {@code Class-Path} in its manifest leads nowhere.
 */
final class PluginClassLoader extends ClassLoader {
  private final Map<String, byte[]> entries;

  PluginClassLoader(String name, Map<String, byte[]> entries) {
    super(name, new Contract());
    this.entries = entries;
  }

  /** The parent: the JDK, and of the system the contract alone. */
  private static final class Contract extends ClassLoader {
    private static final ClassLoader OURS = PermissionPlugin.class.getClassLoader();

    Contract() {
      super("plugin contract", ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith("org.apikeys.api.") || name.startsWith("org.jspecify.annotations.")) {
        return Class.forName(name, false, OURS);
      }
      throw new ClassNotFoundException(name);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] code = entries.get(name.replace('.', '/') + ".class");
    if (code == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, code, 0, code.length);
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    byte[] content = entries.get(name);
    return content == null ? null : new ByteArrayInputStream(content);
  }
}
