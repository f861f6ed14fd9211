// The section "audit": see routes.js.
export const audit = [];
