// Which region a zone is in, and which zones a place has. Pure.

/** `europe-west4-a` is in the region `europe-west4`. */
export const regionOf = (zone: string): string => zone.replace(/-[^-]+$/, '');

/** The place that has every zone. */
export const PROJECT = 'project';

/** Whether `places`, zones, regions as a whole and the project, have `zone` in them. */
export const covers = (places: readonly string[], zone: string): boolean =>
  [zone, regionOf(zone), PROJECT].some((place) => places.includes(place));
