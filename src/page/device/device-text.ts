/** A device as text, for a report of a bug, say. A pure function of what the worker told. */
import { consequencesOf, limitText } from './consequences.js';
import type { DeviceLook } from './look.js';

export function deviceText(look: DeviceLook): string {
  const { name, vendor, architecture, description, features, taken, limits } = look;
  return [
    `Adapter: ${name}`,
    `Vendor: ${vendor || '–'}, architecture: ${architecture || '–'}, description: ${description || '–'}`,
    ...consequencesOf(look).map(({ title, text }) => `${title}: ${text}`),
    `Features: ${features.join(', ') || 'none'}`,
    `In use: ${taken.join(', ') || 'none'}`,
    ...Object.entries(limits).map(
      ([limit, { here, most }]) => `${limit}: ${limitText(limit, here)} of ${limitText(limit, most)}`,
    ),
    '',
  ].join('\n');
}
