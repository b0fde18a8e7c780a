// How lists are requested.

/** The library does it anyway, and warns where it is not said. */
export const PAGES = { autoPaginate: false };

/**
 * For lists of all zones: one that is out must not hide the others, and is not to be taken for one that has nothing. Google
 * lists a warning for each (https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList).
 */
export const OF_ALL_ZONES = { returnPartialSuccess: true, includeAllScopes: true };
