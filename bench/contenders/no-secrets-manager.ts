/** Stands for the SDK's client where a bundle is measured without it: the most that a signer of our own could save. */
export class SecretsManagerClient {}
export class GetSecretValueCommand {}
