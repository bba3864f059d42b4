import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { isJsonObject, type JsonValue } from '../../../src/bytes/json.ts';
import {
  type DecisionBasis,
  type PackAnswer,
  PackAnswers,
  replayDecision,
} from '../../../src/policy/packs/index.ts';
import { KnownEnds } from '../../../src/policy/packs/last-allowed.ts';
import { AT_BOTH_LIMITS, asking, computed, delivery, placed, under } from './example-scenarios.ts';
import { basis, stored, told } from './scenario.ts';

const CERTIFIED = ['us-supply', 'no-foundry-diversion', 'recipient-security', 'independent-test'];
const china = delivery('CN', 7, {
  chips: [{ model: 'limit-below', quantity: 1 }],
  conditions: { certifications: CERTIFIED, models: [{ model: 'limit-below', quantity: 1 }] },
  told: { ledger: { ...told.ledger, homeShipmentsTpp: 100_000 } },
});

/** One decision that each pack allows, for each action that it decides. */
const ALLOWED: readonly (readonly [name: string, made: DecisionBasis])[] = [
  ['base, a use', basis()],
  [
    'base, an allocation',
    basis({ action: 'allocate', devices: [], chips: [{ model: 'H100', quantity: 8 }] }),
  ],
  ['diffusion-2025', under('diffusion-2025', asking(AT_BOTH_LIMITS))],
  ['china-2026', under('china-2026', china)],
  ['chip-security-proposed', under('chip-security-proposed', placed(-60))],
  ['korea-compute', under('korea-compute', computed(1))],
];

/** Members of which null, or nothing, says that there is nothing: no end, no hold, no other user, no cap. */
const SAYS_NOTHING = [
  /^requested$/,
  /^purpose$/,
  /^devices\.\d+\.(?:userId|usableUntil|serialLinkUntil|modelDisagreement)$/,
  /^devices\.\d+\.evidence\.(?:validUntil|placeAt|placeUntil|auditUntil)$/,
  /^devices\.\d+\.evidence\.facts\.audit\.auditedAt$/,
  /^devices\.\d+\.evidence\.facts\.place\.(?:grade|toleratedLiars|byGrade)$/,
  /^facilities\.\d+\.(?:authorisedUntil|tier)$/,
  /^parties\.\d+\.(?:clearUntil|listVersion|currentListVersion)$/,
  // What computes nothing has no model; a list of parents ends where it says, which `chainComplete` stands for.
  /^devices\.0\.model$/,
  /^told\.(?:consignee|endUser)\.parents\.\d+$/,
  /^ledger\.leases\.(?:payer|quota|tppInUse|modelsInUse)$/,
  /^ledger\.allocation\.licenceTpp\.cap$/,
];

/** Of another action, or of a device that is not asked about. */
function isApart({ weighed: { action, requested, devices } }: DecisionBasis, [part, index]: Path): boolean {
  if (part === 'ledger') return index === (action === 'use' ? 'allocation' : 'leases');
  const id = part === 'devices' ? devices[Number(index)]?.id : undefined;
  return id !== undefined && requested !== null && !requested.includes(id);
}

class Forgotten extends KnownEnds {
  override guesses(): readonly Date[] {
    return [];
  }
}

/** What packs were asked: everything that their rules read. */
class Questions extends PackAnswers {
  readonly asked = new Set<string>();
  /** What is asked depends on nothing that was asked before. */
  override readonly ends = new Forgotten();

  protected override recall(question: string, find: () => PackAnswer): PackAnswer {
    this.asked.add(question);
    return super.recall(question, find);
  }
}

type Path = readonly (string | number)[];

function paths(value: JsonValue, at: Path = []): Path[] {
  const inner: readonly (readonly [string | number, JsonValue])[] = Array.isArray(value)
    ? [...value.entries()]
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  return [...(at.length === 0 ? [] : [at]), ...inner.flatMap(([name, one]) => paths(one, [...at, name]))];
}

/** With null in its place, or without it. */
function less(value: JsonValue, [name = '', ...rest]: Path, how: 'null' | 'gone'): JsonValue {
  const change = (one: JsonValue): JsonValue => (rest.length === 0 ? null : less(one, rest, how));
  const ends = rest.length === 0 && how === 'gone';
  if (Array.isArray(value)) {
    return value.flatMap((one, index) => (index !== name ? [one] : ends ? [] : [change(one)]));
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).flatMap(([member, one]) =>
    member !== name ? [[member, one] as const] : ends ? [] : [[member, change(one)] as const],
  );
  return Object.fromEntries(entries);
}

/** Where something could be taken away, and what was allowed still is; and how often that was tried. */
function missable(made: DecisionBasis): { readonly found: readonly string[]; readonly tried: number } {
  const kept = stored(made);
  const answers = new Questions();
  const decide = (input: JsonValue) => {
    answers.asked.clear();
    return { ...replayDecision({ ...kept, input, answers }), asked: [...answers.asked].sort().join('\n') };
  };
  const whole = decide(kept.input);
  expect(whole.reasons).toEqual([]);
  const found = new Set<string>();
  let tried = 0;
  for (const path of paths(kept.input).filter((one) => !isApart(made, one))) {
    for (const how of ['null', 'gone'] as const) {
      tried += 1;
      try {
        const { outcome, asked } = decide(less(kept.input, path, how));
        // Told to packs, and read by none of this licence: they were asked the very same.
        const isUnread = path[0] === 'told' && asked === whole.asked;
        if (outcome === 'allow' && !isUnread) found.add(path.join('.'));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }
  }
  return { found: [...found], tried };
}

describe('what a pack allows', () => {
  const all = new Set<string>();

  it.each(ALLOWED)('is not allowed by knowing less of anything that it rests on: %s', (_, made) => {
    const { found, tried } = missable(made);
    for (const name of found) all.add(name);
    expect(found.filter((name) => !SAYS_NOTHING.some((one) => one.test(name)))).toEqual([]);
    expect(tried).toBeGreaterThan(150);
  });

  it('is allowed without all that says nothing, and there is no other exception', () => {
    expect(SAYS_NOTHING.filter((one) => ![...all].some((name) => one.test(name)))).toEqual([]);
  });
});
