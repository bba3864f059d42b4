import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { conditionWords } from './condition-words.ts';
import { Minimum } from './minimum.tsx';
import type { ConditionName } from './stand.ts';
import type { Conditions } from './types.ts';

type AsksProps = { readonly name: ConditionName; readonly conditions: Conditions };

/** What one condition of a licence asks, in words. */
export function Asks({ name, conditions }: AsksProps) {
  const words = useWords(conditionWords);
  const formats = useFormats();
  switch (name) {
    case 'itself':
      return words.itself;
    case 'validity':
      return words.validity(formats.instant(conditions.validFrom), formats.instant(conditions.validUntil));
    case 'parties':
      return (
        <Named sentence={words.parties(conditions.parties.length)} kind="party" ids={conditions.parties} />
      );
    case 'facilities':
      return (
        <Named
          sentence={words.facilities(conditions.facilities.length)}
          kind="facility"
          ids={conditions.facilities}
        />
      );
    case 'devices':
      return (
        <Named sentence={words.devices(conditions.devices.length)} kind="device" ids={conditions.devices} />
      );
    case 'minimum':
      return <Minimum conditions={conditions} />;
    case 'age':
      return words.age(formats.duration(conditions.evidenceMaxAgeSeconds * 1000));
    case 'referenceSets':
      return <ReferenceSets sets={conditions.referenceSets} />;
    case 'packs':
      return <Packs packs={conditions.rulePacks} />;
    case 'purpose':
      return <Told text={words.purpose(conditions.purpose ?? '')} />;
    case 'endUser':
      return <Named sentence={words.endUser} kind="party" ids={[conditions.endUser ?? '']} />;
    case 'models':
      return <Models models={conditions.models ?? []} />;
    case 'tppCap':
      return words.tppCap(formats.number(conditions.tppCap ?? 0));
    case 'quota': {
      const { operationsE12 = 0, windowDays = 0 } = conditions.computeQuota ?? {};
      return words.quota(formats.number(operationsE12), windowDays);
    }
    case 'cluster':
      return words.cluster(conditions.maxClusterDevices ?? 0);
  }
}

/** So many are named at once; the rest opens. */
const FEW = 3;

type NamedProps = { readonly sentence: string; readonly kind: string; readonly ids: readonly string[] };

function Named({ sentence, kind, ids }: NamedProps) {
  const { more } = useWords(conditionWords);
  const items = (some: readonly string[]) => (
    <ul className="conditions__named">
      {some.map((id) => (
        <li key={id}>
          <SubjectLink subject={`${kind}:${id}`} bare />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      {sentence}
      {items(ids.slice(0, FEW))}
      {ids.length > FEW && (
        <details>
          <summary>{more(ids.length - FEW)}</summary>
          {items(ids.slice(FEW))}
        </details>
      )}
    </>
  );
}

function ReferenceSets({ sets }: { readonly sets: Conditions['referenceSets'] }) {
  const words = useWords(conditionWords);
  if (sets === 'any-approved') return words.anySet;
  if (sets === 'not-required') return words.noSet;
  return <Told text={words.sets(sets.join(', '))} most={600} />;
}

function Packs({ packs }: { readonly packs: Conditions['rulePacks'] }) {
  if (packs === 'none') return null;
  return (
    <ul className="conditions__named">
      {packs.map(({ name, version }) => (
        <li key={name}>
          <Told text={`${name} ${version}`} mono />
        </li>
      ))}
    </ul>
  );
}

function Models({ models }: { readonly models: NonNullable<Conditions['models']> }) {
  const words = useWords(conditionWords);
  const formats = useFormats();
  return (
    <>
      {words.models(models.length)}
      <ul className="conditions__named">
        {models.map(({ model, quantity }) => (
          <li key={model}>
            {formats.number(quantity)} × <Told text={model} />
          </li>
        ))}
      </ul>
    </>
  );
}
