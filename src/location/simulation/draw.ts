import type { Place } from '../wgs84.ts';

const RADIANS = Math.PI / 180;
const EARTH_METERS = 6_371_009;

/** Figures that look random and follow from a seed alone (mulberry32): a run can be made again by its seed. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    // Neighbouring seeds start far apart.
    this.#state = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) >>> 0;
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** Each power of ten as often as the others. */
  magnitude(low: number, high: number): number {
    return 10 ** this.between(Math.log10(low), Math.log10(high));
  }

  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  /** Anywhere on Earth, by area. */
  place(): Place {
    return { latitude: Math.asin(this.between(-1, 1)) / RADIANS, longitude: this.between(-180, 180) };
  }

  /** So many metres away in any direction, on a sphere. */
  away({ latitude, longitude }: Place, meters: number): Place {
    const [arc, direction] = [meters / EARTH_METERS, this.between(0, 2 * Math.PI)];
    const phi = latitude * RADIANS;
    const sine = Math.sin(phi) * Math.cos(arc) + Math.cos(phi) * Math.sin(arc) * Math.cos(direction);
    const east = Math.sin(direction) * Math.sin(arc) * Math.cos(phi);
    const around = longitude + Math.atan2(east, Math.cos(arc) - Math.sin(phi) * sine) / RADIANS;
    return {
      latitude: Math.asin(Math.max(-1, Math.min(1, sine))) / RADIANS,
      longitude: around - 360 * Math.round(around / 360),
    };
  }
}
