// The section "insight": see routes.js.
export const insight = [];
