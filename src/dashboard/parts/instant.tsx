import { useEffect, useState } from 'react';
import { verifierNow } from '../api/send.ts';
import { useFormats } from '../words/language.tsx';

const TURN_MS = 10_000;

/** The verifier's clock, drawn anew every ten seconds: for ages and countdowns. */
export function useNow(): Date {
  const [now, setNow] = useState(verifierNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(verifierNow()), TURN_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** An instant in UTC; with `relative` how far away it is, kept up to date: for lists, whose rows lead to where {@link When} says both. */
export function Instant({
  at,
  relative = false,
}: {
  readonly at: string | null;
  readonly relative?: boolean;
}) {
  if (at === null) return <span className="none">–</span>;
  return relative ? <Moving at={at} /> : <Fixed at={at} />;
}

function Fixed({ at }: { readonly at: string }) {
  const formats = useFormats();
  return (
    <time className="instant" dateTime={at}>
      {formats.instant(at)}
    </time>
  );
}

function Moving({ at }: { readonly at: string }) {
  const formats = useFormats();
  const now = useNow();
  return (
    <time className="instant" dateTime={at} title={formats.instant(at)}>
      {formats.relative(at, now)}
    </time>
  );
}

/** An instant in UTC and how far away it is: neither is left to a pointer that hovers. */
export function When({ at }: { readonly at: string | null }) {
  if (at === null) return <Instant at={null} />;
  return (
    <>
      <Fixed at={at} /> (<Moving at={at} />)
    </>
  );
}
