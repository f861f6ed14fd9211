// Where it begins.
import { session } from './session.js';
import { signInAgain } from './signin.js';
import './shell.js';

session.onEnd(signInAgain);
