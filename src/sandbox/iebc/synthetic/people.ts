import { between, mix, pick } from './random.ts';

/** Names that a reader of Swahili takes for what they are: things for given names, words for "sample" for surnames. */
const THINGS =
  'ASALI BAHARI BARUA BUSTANI CHAKI CHEMCHEMI DIRISHA EMBE FARASI GITAA HEWA JAHAZI JIWE JOGOO KALAMU KAMBA KAPU KARATASI KENGELE KIATU KIBOKO KIFARU KIJIKO KIKOMBE KINYONGA KITABU KOFIA LULU MAJANI MAWINGU MBUYU MCHANGA MEZA MKATE MLANGO MPIRA MSUMARI MWAVULI NANASI NAZI NDIZI NGOMA NYASI NYOTA PAPAI PEMBE RADI RANGI SABUNI SAHANI SOKA TAA TEMBO TUFAHA TWIGA UKUTA UPEPO WIMBO WINO ZABIBU'.split(
    ' ',
  );
const SAMPLES = 'BANDIA JARIBIO KIELELEZO KIGEZO MAIGIZO MAZOEZI MFANO SAMPULI TAJRIBA VIOJA'.split(' ');

export type PersonName = { surname: string; otherName: string };

export function personName(h: number): PersonName {
  const first = pick(mix(h, 1), THINGS);
  const second = pick(mix(h, 2), THINGS);
  const otherName = between(mix(h, 3), 0, 3) === 0 || first === second ? first : `${first} ${second}`;
  return { surname: pick(mix(h, 4), SAMPLES), otherName };
}
