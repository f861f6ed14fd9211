package org.apikeys.web.attempt;

import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A class whose calls are attempted again; every resource is one ({@link Resources}). */
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@interface Attempted {
  /** To be added to a class. */
  final class Literal extends AnnotationLiteral<Attempted> implements Attempted {
    private static final long serialVersionUID = 1;
  }
}
