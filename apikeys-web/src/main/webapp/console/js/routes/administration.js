// The section "administration": see routes.js.
export const administration = [];
