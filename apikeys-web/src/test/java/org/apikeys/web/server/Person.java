package org.apikeys.web.server;

/**
 * Somebody of the built-in directory.
 *
 * @param id the number in the directory
 * @param name the user name
 * @param password the password
 * @param api a client that is signed in
 */
public record Person(long id, String name, String password, Api api) {}
