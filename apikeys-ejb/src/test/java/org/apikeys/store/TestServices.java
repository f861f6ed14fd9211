package org.apikeys.store;

import jakarta.annotation.PostConstruct;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceContext;
import jakarta.security.enterprise.identitystore.Pbkdf2PasswordHash;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.implementation.InvocationHandlerAdapter;
import net.bytebuddy.matcher.ElementMatchers;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.key.SecretMaker;
import org.apikeys.limit.SteadyTime;
import org.apikeys.setting.Settings;
import org.glassfish.soteria.identitystores.hash.Pbkdf2PasswordHashImpl;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;

/**
 * One node's services over a test store, wired by their own constructors. A stateless bean is
 * entered through a door that keeps its transaction attributes, and events reach their observers
 * when the container would call them.
 */
public final class TestServices {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Validator VALIDATOR =
      Validation.byDefaultProvider()
          .configure()
          .messageInterpolator(new ParameterMessageInterpolator())
          .buildValidatorFactory()
          .getValidator();

  /** Those that observe, by name, since some are seen in their own package alone. */
  private static final List<String> OBSERVERS =
      List.of(
          "org.apikeys.alert.ConcernInbox",
          "org.apikeys.cluster.ChangeFeed",
          "org.apikeys.cluster.Grid",
          "org.apikeys.notice.NoticeBoard",
          "org.apikeys.notice.WebhookOutbox",
          "org.apikeys.plugin.Plugins",
          "org.apikeys.permission.Catalogue",
          "org.apikeys.key.ForeignSecrets",
          "org.apikeys.key.KeyCounting",
          "org.apikeys.key.KeyTotals",
          "org.apikeys.limit.AdaptiveLimits",
          "org.apikeys.verify.KeyCache",
          "org.apikeys.tenant.PersonCache");

  /** A method that is told of events; found once, since looking for it takes longer than most. */
  private record Observer(Class<?> type, Method method, Class<?> event, boolean afterSuccess) {}

  private static final List<Observer> OBSERVING =
      OBSERVERS.stream()
          .map(TestServices::named)
          .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
          .filter(TestServices::observes)
          .map(TestServices::observer)
          .toList();

  private static boolean observes(Method method) {
    Parameter[] parameters = method.getParameters();
    return parameters.length == 1 && parameters[0].isAnnotationPresent(Observes.class);
  }

  private static Observer observer(Method method) {
    method.setAccessible(true);
    Parameter event = method.getParameters()[0];
    return new Observer(
        method.getDeclaringClass(),
        method,
        event.getType(),
        event.getAnnotation(Observes.class).during() == TransactionPhase.AFTER_SUCCESS);
  }

  /** Which bean the container would take for an interface. */
  private static final Map<String, String> CHOSEN =
      Map.of(
          "org.apikeys.key.ApprovalRule", "org.apikeys.request.PolicyRules",
          "org.apikeys.audit.PersonNumbers", "org.apikeys.tenant.People",
          "org.apikeys.audit.PeopleBehind", "org.apikeys.key.SecretHolders",
          "org.apikeys.permission.SetHolders", "org.apikeys.key.KeyLists");

  private static Class<?> named(@Nullable String name) {
    try {
      return Class.forName(Objects.requireNonNull(name));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private final TestStore store;
  private final Settings settings;
  private final TestClock clock = new TestClock(START);
  private final Map<Class<?>, Object> beans = new HashMap<>();

  /** A node with the store's settings. */
  public TestServices(TestStore store) {
    this(store, Map.of());
  }

  /** A node with some settings of its own. */
  public TestServices(TestStore store, Map<String, String> own) {
    this.store = store;
    Map<String, String> all = new HashMap<>(store.settings());
    all.putAll(own);
    settings = new Settings(name -> Optional.ofNullable(all.get(name)));
    beans.put(Settings.class, settings);
    beans.put(Clock.class, clock);
    beans.put(SteadyTime.class, new SteadyTime(clock, () -> clock.millis() * 1_000_000));
    beans.put(Validator.class, VALIDATOR);
    beans.put(Pbkdf2PasswordHash.class, new Pbkdf2PasswordHashImpl());
  }

  public TestStore store() {
    return store;
  }

  public TestClock clock() {
    return clock;
  }

  public Settings settings() {
    return settings;
  }

  /** The service, made when it is first asked for. */
  public synchronized <T> T get(Class<T> type) {
    if (type == KeyFormat.class) {
      return type.cast(get(SecretMaker.class).format());
    }
    if (type.isInterface() && CHOSEN.containsKey(type.getName())) {
      return type.cast(get(named(CHOSEN.get(type.getName()))));
    }
    Object known = beans.get(type);
    if (known == null) {
      known = make(type);
      beans.put(type, known);
    }
    return type.cast(known);
  }

  private <T> Object make(Class<T> type) {
    try {
      Constructor<?> constructor =
          Arrays.stream(type.getDeclaredConstructors())
              .filter(one -> one.isAnnotationPresent(Inject.class))
              .findFirst()
              .orElse(null);
      if (constructor == null) {
        constructor = type.getDeclaredConstructor();
      }
      constructor.setAccessible(true);
      Object bean =
          constructor.newInstance(
              Arrays.stream(constructor.getParameters()).map(this::argument).toArray());
      for (Field field : type.getDeclaredFields()) {
        if (field.isAnnotationPresent(PersistenceContext.class)) {
          field.setAccessible(true);
          field.set(bean, store.transactions().proxy());
        }
      }
      for (Method method : type.getDeclaredMethods()) {
        if (method.isAnnotationPresent(PostConstruct.class)) {
          method.setAccessible(true);
          method.invoke(bean);
        }
      }
      return type.isAnnotationPresent(Stateless.class) ? door(type, bean) : bean;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }

  private Object argument(Parameter parameter) {
    return parameter.getType() == Event.class ? event() : get(parameter.getType());
  }

  private <T> Object door(Class<T> type, Object bean) throws ReflectiveOperationException {
    Constructor<? extends T> constructor =
        new ByteBuddy()
            .subclass(type)
            .method(ElementMatchers.isPublic().and(ElementMatchers.isDeclaredBy(type)))
            .intercept(
                InvocationHandlerAdapter.of(
                    (self, method, arguments) -> enter(bean, method, arguments)))
            .make()
            .load(
                type.getClassLoader(),
                ClassLoadingStrategy.UsingLookup.of(
                    MethodHandles.privateLookupIn(type, MethodHandles.lookup())))
            .getLoaded()
            .getDeclaredConstructor();
    constructor.setAccessible(true);
    return constructor.newInstance();
  }

  private @Nullable Object enter(Object bean, Method method, @Nullable Object[] arguments)
      throws Exception {
    TransactionAttribute own = method.getAnnotation(TransactionAttribute.class);
    TransactionAttribute common = bean.getClass().getAnnotation(TransactionAttribute.class);
    TransactionAttribute attribute = own == null ? common : own;
    return store
        .transactions()
        .<@Nullable Object>run(
            attribute == null ? TransactionAttributeType.REQUIRED : attribute.value(),
            () -> invoke(bean, method, arguments));
  }

  private static @Nullable Object invoke(Object bean, Method method, @Nullable Object[] arguments)
      throws Exception {
    try {
      return method.invoke(bean, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Fires to the observers of this node. */
  private Object event() {
    return Told.to(this::fire);
  }

  private void fire(Object event) throws Exception {
    for (Observer observer : OBSERVING) {
      if (observer.event.isInstance(event)) {
        observe(observer, event);
      }
    }
  }

  private void observe(Observer how, Object event) throws Exception {
    Method method = how.method;
    Object observer = get(how.type);
    if (how.afterSuccess) {
      store
          .transactions()
          .afterSuccess(
              () -> {
                try {
                  invoke(observer, method, new Object[] {event});
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
    } else {
      invoke(observer, method, new Object[] {event});
    }
  }
}
