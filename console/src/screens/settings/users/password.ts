/** Without those that look alike; 32 of them, so that each is as likely as the others. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

/** 100 random bits, in groups that can be read out. */
export function generatePassword(): string {
  const random = crypto.getRandomValues(new Uint8Array(20));
  const letters = Array.from(random, (byte) => ALPHABET[byte % ALPHABET.length]).join("");
  return (letters.match(/.{5}/g) ?? []).join("-");
}
