package org.apikeys.web.server;

/**
 * Somebody of the built-in directory.
 *
 * @param id the number in the directory
 * @param name the user name
 * @param password the password
 * @param token what the person got when signing in
 * @param api a client that is signed in
 */
public record Person(long id, String name, String password, String token, Api api) {}
