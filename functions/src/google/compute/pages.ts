/** The library does it anyway, and warns where it is not said. */
export const PAGES = { autoPaginate: false };
