// Which region a zone is in. Pure.

/** `europe-west4-a` is in the region `europe-west4`. */
export const regionOf = (zone: string): string => zone.replace(/-[^-]+$/, '');

/** Whether `places`, zones and regions as a whole, have `zone` in them. */
export const covers = (places: readonly string[], zone: string): boolean =>
  places.includes(zone) || places.includes(regionOf(zone));
