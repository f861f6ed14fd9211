package org.apikeys.audit;

import org.apikeys.crypto.SealingKey;

/** The key of a subject, with its number. Public since an EJB hands it out. */
public record SubjectKey(long id, SealingKey key) {}
