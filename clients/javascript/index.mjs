import Client from './index.js';

export default Client;
export const { ApiError, isWellFormedKey, isGenuineWebhook, requireKey } = Client;
export { Client };
