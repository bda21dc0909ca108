/** `choice` is always a string; what it means depends on the question's type. */
type Answer = { title: string; choice: string };
export type Answers = { regular: Answer[]; write_ins: Answer[] };

type QuestionType = 'plurality' | 'cumulative' | 'preferential' | 'approval' | 'nomination' | 'scored';

export type Question = {
  question: string;
  type: QuestionType;
  options: readonly string[];
  abstain?: true;
  writeIns?: true;
  notApplicable?: true;
};

/** With characters that a page, a log or a spreadsheet may stumble over. */
const WRITE_INS = ['A. N. Other', 'Zoë "Zed" <Quine>', '=SUM(A1:A9)', '山田 花子 🗳️'];

/** What the `nth` voter answers. Not random, so that a test which waits for something rare waits a known while. */
export function answer(question: Question, nth: number): Answers {
  if (question.abstain && nth % 5 === 3) {
    return { regular: [{ title: 'abstain', choice: 'abstain' }], write_ins: [] };
  }
  return BY_TYPE[question.type](question, nth);
}

const BY_TYPE: Record<QuestionType, (question: Question, nth: number) => Answers> = {
  plurality: (question, nth) =>
    question.writeIns && nth % 4 === 1
      ? { regular: [], write_ins: [chosen(writeIn(nth))] }
      : { regular: [chosen(at(question.options, nth))], write_ins: [] },

  // Options without a vote do not show up.
  cumulative: (question, nth) => {
    const split = [[4], [3, 1], [2, 1, 1]][nth % 3]!;
    const regular = split.map((votes, i) => ({ title: at(question.options, nth + i), choice: String(votes) }));
    if (!question.writeIns || nth % 3 !== 1) return { regular, write_ins: [] };
    return { regular: regular.slice(0, 1), write_ins: [{ title: writeIn(nth), choice: '1' }] };
  },

  /**
   * Larger is more preferred. A ballot that ranks two of four says "2" and "1": whether it would not rather say "4"
   * and "3" the document leaves open.
   */
  preferential: (question, nth) => {
    const ranked = question.options
      .map((_, i) => at(question.options, nth + i))
      .slice(0, nth % 3 === 2 ? 2 : undefined);
    const others = question.writeIns && nth % 4 === 1 ? [writeIn(nth)] : [];
    // The first of all when there is one, as in the document's sample.
    const preferences = [...others, ...ranked];
    const weighed = (title: string): Answer => ({
      title,
      choice: String(preferences.length - preferences.indexOf(title)),
    });
    // In the ballot's order, which says nothing of preference.
    const inOrder = question.options.filter((title) => ranked.includes(title));
    return { regular: inOrder.map(weighed), write_ins: others.map(weighed) };
  },

  approval: ({ options }, nth) => ({
    regular: options.filter((_, i) => (nth + i) % 3 !== 0).map(chosen),
    write_ins: [],
  }),

  nomination: (_, nth) => ({
    regular: [],
    write_ins: (nth % 2 === 0 ? [writeIn(nth)] : [writeIn(nth), 'Jane Doe']).map(chosen),
  }),

  scored: ({ options, notApplicable }, nth) => ({
    regular: options.map((title, i) => ({
      title,
      choice: notApplicable && (nth + i) % 4 === 0 ? 'not_applicable' : String(((nth * 2 + i) % 5) + 1),
    })),
    write_ins: [],
  }),
};

function chosen(title: string): Answer {
  return { title, choice: 'true' };
}

function writeIn(nth: number): string {
  return at(WRITE_INS, nth >> 1);
}

function at(list: readonly string[], index: number): string {
  return list[index % list.length]!;
}
