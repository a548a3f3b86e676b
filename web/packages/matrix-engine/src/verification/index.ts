// Verification, for the session that puts an account together.
export { MatrixVerifications } from "./verifications.ts";
export { VERIFICATION_METHODS } from "./verification.ts";
