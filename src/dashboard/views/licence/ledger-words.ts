import { dictionary } from '../../words/dictionary.ts';

export const ledgerWords = dictionary(
  {
    title: 'Ledger',
    none: 'Nothing was taken under it yet.',
    account: 'Account',
    reserved: 'Reserved',
    committed: 'Committed',
    units: { chips: 'chips', tpp: 'TPP', 'operations-e12': 'operations' },
    quota: {
      title: 'Compute quota',
      chart: (left: string, quota: string) =>
        `What is left of the quota, day by day: ${left} of ${quota} operations now.`,
      left: 'Left now',
      taken: (days: number) => `Taken in ${days} days`,
      limit: 'The whole quota',
      at: 'Day (UTC)',
      value: 'Left, operations',
      table: 'The same as a table',
      others:
        'Counted here is what was drawn under this licence. What the end user’s ultimate owner drew under others for the same purpose counts too, where that is more: a dry run says what is left.',
    },
    tpp: {
      title: 'Total processing performance',
      chart: (taken: string) => `What was allocated under the licence, entry by entry: ${taken} TPP now.`,
      cap: 'Cap',
      at: 'Entry',
      value: 'Allocated, TPP',
      table: 'The same as a table',
      more: 'Read more entries',
    },
  },
  {
    title: '원장',
    none: '아직 차감된 것이 없습니다.',
    account: '계정',
    reserved: '예약',
    committed: '확정',
    units: { chips: '개', tpp: 'TPP', 'operations-e12': '연산' },
    quota: {
      title: '연산 한도',
      chart: (left, quota) => `날짜별 남은 한도: 현재 ${quota} 중 ${left} 연산이 남았습니다.`,
      left: '현재 잔량',
      taken: (days) => `최근 ${days}일 사용량`,
      limit: '전체 한도',
      at: '날짜 (UTC)',
      value: '잔량, 연산',
      table: '같은 내용을 표로 보기',
      others:
        '이 허가로 차감된 양입니다. 최종 사용자의 최종 소유자가 같은 용도로 다른 허가에서 쓴 양이 더 많으면 그 양이 적용됩니다. 정확한 잔량은 모의 결정에서 확인하십시오.',
    },
    tpp: {
      title: '총처리성능(TPP)',
      chart: (taken) => `허가에 따라 배정된 양의 기입별 추이: 현재 ${taken} TPP.`,
      cap: '상한',
      at: '기입',
      value: '배정량, TPP',
      table: '같은 내용을 표로 보기',
      more: '기입 더 읽기',
    },
  },
);
