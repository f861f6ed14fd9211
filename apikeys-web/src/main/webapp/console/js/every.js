// What is done again and again.

/**
 * Does the work every so many milliseconds, but never twice at a time, and not while nobody sees the page. Work that waits
 * for somebody to sign in again would else pile up for as long as they are away. Answers how to stop.
 */
export function every(ms, work) {
  let busy = false;
  const timer = setInterval(async () => {
    if (busy || document.hidden) {
      return;
    }
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
    }
  }, ms);
  return () => clearInterval(timer);
}
