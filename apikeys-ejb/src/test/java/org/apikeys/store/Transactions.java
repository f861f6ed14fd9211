package org.apikeys.store;

import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The transactions of each thread, with the attributes that an EJB container knows. */
final class Transactions {
  private static final class Transaction {
    final EntityManager store;
    final List<Runnable> afterSuccess = new ArrayList<>();
    boolean failed;

    Transaction(EntityManager store) {
      this.store = store;
    }
  }

  private final EntityManagerFactory factory;
  private final ThreadLocal<Deque<Transaction>> open = ThreadLocal.withInitial(ArrayDeque::new);
  private final EntityManager proxy;

  Transactions(EntityManagerFactory factory) {
    this.factory = factory;
    proxy =
        (EntityManager)
            Proxy.newProxyInstance(
                Transactions.class.getClassLoader(),
                new Class<?>[] {EntityManager.class},
                (self, method, arguments) -> {
                  try {
                    return method.invoke(present(), arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause() == null ? e : e.getCause();
                  }
                });
  }

  EntityManagerFactory factory() {
    return factory;
  }

  /** Stands for the entity manager of the thread's transaction, as an injected one does. */
  EntityManager proxy() {
    return proxy;
  }

  private EntityManager present() {
    Transaction transaction = open.get().peek();
    return transaction == null ? factory.createEntityManager() : transaction.store;
  }

  <T extends @Nullable Object> T run(TransactionAttributeType attribute, Callable<T> work)
      throws Exception {
    return switch (attribute) {
      case REQUIRED -> open.get().isEmpty() ? begin(work) : join(work);
      case REQUIRES_NEW -> begin(work);
      case MANDATORY -> {
        if (open.get().isEmpty()) {
          throw new IllegalStateException("a transaction is mandatory here");
        }
        yield join(work);
      }
      case SUPPORTS, NOT_SUPPORTED, NEVER -> work.call();
    };
  }

  private <T extends @Nullable Object> T join(Callable<T> work) throws Exception {
    Transaction transaction = open.get().element();
    try {
      return work.call();
    } catch (RuntimeException e) {
      transaction.failed = true;
      throw e;
    }
  }

  private <T extends @Nullable Object> T begin(Callable<T> work) throws Exception {
    Transaction transaction = new Transaction(factory.createEntityManager());
    transaction.store.getTransaction().begin();
    open.get().push(transaction);
    T result;
    try {
      result = work.call();
      if (transaction.failed) {
        throw new IllegalStateException("the transaction was marked for rollback");
      }
      transaction.store.getTransaction().commit();
    } finally {
      open.get().pop();
      if (transaction.store.getTransaction().isActive()) {
        transaction.store.getTransaction().rollback();
      }
      transaction.store.close();
    }
    transaction.afterSuccess.forEach(Runnable::run);
    return result;
  }

  /** After the commit of the present transaction; at once when there is none. */
  void afterSuccess(Runnable work) {
    Transaction transaction = open.get().peek();
    if (transaction == null) {
      work.run();
    } else {
      transaction.afterSuccess.add(work);
    }
  }
}
