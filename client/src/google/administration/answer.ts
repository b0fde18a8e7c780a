// Google's answer to one call, or its refusal, as data.

/** A refusal in Google's form (https://cloud.google.com/apis/design/errors#error_model). */
export interface Refusal {
  /** Status of HTTP. */
  status: number;
  message: string;
  /** Such as SERVICE_DISABLED, of ErrorInfo (https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto). */
  reason?: string;
  /** The service that the reason is about, such as compute.googleapis.com. */
  service?: string;
  /** The permission that the caller lacks, where Google names it. */
  permission?: string;
}

/** Google's answer. Failures of the network or of the sign-in are thrown instead. */
export type Answer<T> = { refusal?: undefined; value: T } | { refusal: Refusal };
