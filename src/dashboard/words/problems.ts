import { dictionary, type Language } from './dictionary.ts';

/** What to do about a refusal, by its code; the verifier's own sentence stands before it. */
const MEND = dictionary(
  {
    unauthenticated: 'Sign in again.',
    proof_required:
      'The token belongs to another browser or program. Ask an administrator for one that this browser may bind to itself.',
    dpop_invalid: 'Check the clock of this computer, then try again.',
    dpop_replayed: 'Try again.',
    cross_site: 'Open the page at its own address, not within another site.',
    forbidden: 'Your role does not do this. Somebody whose role does must.',
    not_found: 'Check the address. What belongs to another organisation is not shown.',
    invalid_request: 'Correct the fields that are named, then try again.',
    conflict: 'Somebody changed it meanwhile. Load it again and look first.',
    too_early: 'Wait a little, then try again.',
    self_approval_refused: 'Ask a second person to approve it.',
    proof_key_shared:
      'Ask a second person to approve it, who signs in with a token of their own in a browser of their own.',
    proof_key_taken:
      'Load the page again, then sign in: this browser makes a key for each token. A key elsewhere must be made anew for each person.',
    idempotency_in_flight: 'The same request is under way: wait for it.',
    body_too_large: 'Send less at once.',
    unreadable_answer:
      'Something between this browser and the verifier answers in its place. Ask whoever runs it.',
    offline: 'Check the connection. The page goes on by itself once the verifier answers.',
    store_unavailable: 'Try again in a moment; if it lasts, tell whoever runs the verifier.',
    overloaded: 'Try again in a moment.',
    internal: 'Tell whoever runs the verifier, with the request’s id.',
    other: 'Try again; if it lasts, tell whoever runs the verifier, with the request’s id.',
  },
  {
    unauthenticated: '다시 로그인하십시오.',
    proof_required:
      '다른 브라우저나 프로그램에 묶인 토큰입니다. 이 브라우저에 묶을 수 있는 토큰을 관리자에게 요청하십시오.',
    dpop_invalid: '이 컴퓨터의 시계를 확인한 뒤 다시 시도하십시오.',
    dpop_replayed: '다시 시도하십시오.',
    cross_site: '다른 사이트 안이 아니라 이 페이지의 주소에서 여십시오.',
    forbidden: '귀하의 역할로는 할 수 없습니다. 해당 역할을 가진 사람이 해야 합니다.',
    not_found: '주소를 확인하십시오. 다른 조직의 것은 보이지 않습니다.',
    invalid_request: '표시된 항목을 고친 뒤 다시 시도하십시오.',
    conflict: '그 사이 다른 사람이 변경했습니다. 다시 불러와 확인하십시오.',
    too_early: '잠시 기다린 뒤 다시 시도하십시오.',
    self_approval_refused: '다른 사람에게 승인을 요청하십시오.',
    proof_key_shared: '자신의 토큰으로 자신의 브라우저에서 로그인한 다른 사람에게 승인을 요청하십시오.',
    proof_key_taken:
      '페이지를 다시 불러온 뒤 로그인하십시오. 이 브라우저는 토큰마다 키를 만듭니다. 다른 곳의 키는 사람마다 새로 만들어야 합니다.',
    idempotency_in_flight: '같은 요청이 처리 중입니다. 기다려 주십시오.',
    body_too_large: '한 번에 보내는 양을 줄이십시오.',
    unreadable_answer: '브라우저와 검증기 사이의 무언가가 대신 응답합니다. 운영 담당자에게 문의하십시오.',
    offline: '연결을 확인하십시오. 검증기가 응답하면 자동으로 계속됩니다.',
    store_unavailable: '잠시 뒤 다시 시도하고, 계속되면 검증기 운영자에게 알리십시오.',
    overloaded: '잠시 뒤 다시 시도하십시오.',
    internal: '요청 번호와 함께 검증기 운영자에게 알리십시오.',
    other: '다시 시도하고, 계속되면 요청 번호와 함께 검증기 운영자에게 알리십시오.',
  },
);

export function mendOf(code: string, language: Language): string {
  const words: { readonly [code: string]: string } = MEND[language];
  return (Object.hasOwn(words, code) ? words[code] : undefined) ?? MEND[language].other;
}
