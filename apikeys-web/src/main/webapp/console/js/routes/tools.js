// The section "tools": see routes.js.
export const tools = [];
