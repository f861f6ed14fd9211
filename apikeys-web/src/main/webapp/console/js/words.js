// The values that the API knows, in the order in which people are shown them.
import { label } from './text.js';

export const ENVIRONMENTS = ['production', 'staging', 'development'];
export const KEY_STATUSES = ['active', 'inactive', 'expired', 'revoked', 'archived'];
export const REQUEST_STATUSES = ['pending', 'approved', 'fulfilled', 'rejected', 'cancelled', 'expired'];
export const REQUEST_KINDS = ['new_key', 'change', 'renewal', 'limit_increase', 'reactivation', 'emergency'];
export const TYPES = [
  'service', 'web', 'mobile', 'third-party', 'microservice',
  'personal', 'development', 'automation', 'temporary', 'read-only',
  'admin', 'monitoring', 'backup', 'integration', 'emergency',
];
export const OUTCOMES = ['success', 'denied', 'error'];
export const SEVERITIES = ['critical', 'warning', 'info'];
export const ALERT_STATUSES = ['open', 'acknowledged', 'resolved'];
export const ALERT_KINDS = [
  'audit_log_refused', 'emergency_key', 'failed_validations', 'key_in_url', 'key_leaked', 'limits_adapted', 'many_addresses_of_key',
  'many_keys_from_address', 'new_country', 'new_network', 'permission_violations', 'plugin_quarantined', 'retired_secret_used',
  'sign_in_locked', 'threshold', 'throttled', 'unusual_hours', 'unusual_volume', 'webhook_undeliverable',
];
export const SIGNALS = [
  'failed_validations', 'permission_violations', 'throttled', 'new_country', 'new_network', 'unusual_hours', 'unusual_volume',
  'many_keys_from_address', 'many_addresses_of_key',
];
export const METRICS = ['requests', 'denials', 'throttles', 'error_rate', 'response_time', 'credits'];
/** Why a call of a known key is denied. */
export const DENIALS = [
  'REVOKED', 'EXPIRED', 'NOT_YET_VALID', 'KEY_INACTIVE', 'ENVIRONMENT_MISMATCH', 'IP_NOT_ALLOWED', 'REFERRER_NOT_ALLOWED', 'INSUFFICIENT_SCOPE',
  'PAYLOAD_TOO_LARGE', 'RATE_LIMITED', 'CONCURRENCY_EXCEEDED', 'BANDWIDTH_EXCEEDED', 'QUOTA_EXCEEDED', 'CREDITS_EXHAUSTED',
];
export const ROUTES = ['console', 'mail', 'webhook'];
export const ANSWERS = ['none', 'throttle', 'suspend', 'require_rotation'];
export const REPORTS = ['monthly-usage', 'key-performance', 'security-incidents', 'billing', 'compliance', 'access-review'];
export const FRAMEWORKS = ['soc2', 'iso27001', 'pci-dss', 'hipaa', 'gdpr', 'fedramp', 'fisma'];
export const FORMATS = ['pdf', 'html', 'csv', 'json'];
export const JOB_STATUSES = ['created', 'running', 'done', 'failed', 'cancelled'];
export const RHYTHMS = ['daily', 'weekly', 'monthly'];
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
export const ROLES = ['admin', 'manager', 'auditor', 'developer', 'gateway'];

/** Values with their words, for a select or a filter. */
export const options = (group, values) => values.map((value) => [value, label(group, value)]);
