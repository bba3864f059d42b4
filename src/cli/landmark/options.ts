import { InvalidArgumentError } from 'commander';
import type { Endpoint } from '../../location/probe/index.ts';
import type { Place } from '../../location/wgs84.ts';
import { parseIpAddress } from '../../pki/ip-address.ts';

/** `52.52,13.405`. */
export function place(text: string): Place {
  const parts = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [latitude = Number.NaN, longitude = Number.NaN] = parts;
  if (parts.length === 2 && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)
    return { latitude, longitude };
  throw new InvalidArgumentError('expected latitude and longitude in degrees, e.g. 52.52,13.405.');
}

export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= 0xffff_ffff) return number;
    throw new InvalidArgumentError(`expected a whole number, at least ${least}.`);
  };
}

/** `192.0.2.7:4600` or `[2001:db8::7]:4600`. */
export function endpoints(texts: readonly string[]): readonly Endpoint[] {
  return texts.map(endpoint);
}

function endpoint(text: string): Endpoint {
  const { v6, v4, port } =
    /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<v4>[0-9.]+)):(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  const ip = parseIpAddress(v6 ?? v4 ?? '');
  const number = Number(port);
  if (ip !== null && number <= 65_535) return { address: ip.canonical, port: number };
  throw new InvalidArgumentError('expected an address and a port: 192.0.2.7:4600 or [2001:db8::7]:4600.');
}
