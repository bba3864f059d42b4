import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef } from 'react';
import { useLocation } from 'wouter';
import { Problem } from '../api/problem.ts';
import { Loading, ProblemNote } from '../parts/state.tsx';
import { currentSession, type Session, signOut } from './session.ts';
import { SignIn } from './sign-in.tsx';

type Held = {
  readonly session: Session;
  readonly leave: () => Promise<void>;
  /** Whether the session holds one of the scopes, or none is asked for. */
  readonly may: (...scopes: readonly string[]) => boolean;
};

const SessionContext = createContext<Held | null>(null);
const SESSION_KEY = ['session'];
/** No view is there: whoever signs in there goes on to the first. */
const SIGN_IN = '/sign-in';

/** Shows the page to whoever is signed in, and the way in to everybody else. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const {
    data: session,
    error,
    refetch,
  } = useQuery({
    queryKey: SESSION_KEY,
    queryFn: currentSession,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const wasIn = useRef(false);
  if (session !== null && session !== undefined) wasIn.current = true;

  const enter = useCallback(
    (opened: Session | null) => {
      // What the one before read is not the next one's to see.
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
      queries.setQueryData(SESSION_KEY, opened);
      if (opened !== null && location.pathname === SIGN_IN) navigate('/', { replace: true });
    },
    [queries, navigate],
  );
  useEffect(() => endWhenRefused(queries, () => enter(null)), [queries, enter]);

  const held = useMemo((): Held | null => {
    if (session === null || session === undefined) return null;
    return {
      session,
      leave: async () => {
        wasIn.current = false;
        await signOut().catch(() => undefined); // it is forgotten here either way
        enter(null);
      },
      may: (...scopes) => scopes.length === 0 || scopes.some((scope) => session.scopes.includes(scope)),
    };
  }, [session, enter]);

  if (error !== null && session === undefined) {
    return (
      <main className="sign-in">
        <ProblemNote error={error} onAgain={() => void refetch()} />
      </main>
    );
  }
  if (session === undefined) return <Loading />;
  if (held === null) return <SignIn expired={wasIn.current} onSignedIn={enter} />;
  return <SessionContext value={held}>{children}</SessionContext>;
}

export function useSession(): Held {
  const held = use(SessionContext);
  if (held === null) throw new Error('only views inside of SessionGate have a session');
  return held;
}

/** A 401 to whatever was asked: the session has ended, here or at the verifier. */
function endWhenRefused(queries: ReturnType<typeof useQueryClient>, end: () => void): () => void {
  const look = (error: unknown): void => {
    if (error instanceof Problem && error.endsSession) end();
  };
  const reads = queries.getQueryCache().subscribe(({ type, query }) => {
    if (type === 'updated' && query.queryKey[0] !== SESSION_KEY[0]) look(query.state.error);
  });
  const changes = queries.getMutationCache().subscribe(({ type, mutation }) => {
    if (type === 'updated') look(mutation?.state.error);
  });
  return () => {
    reads();
    changes();
  };
}
