/** The one time module: civil dates, zones, wall time to instants, text. Microseconds since 1970 throughout. */
export * from './time/civil';
export * from './time/wall';
export * from './time/zone';
