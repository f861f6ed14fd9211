-- Words within names are found by trigrams where the store has them.
${words}
