import { ServiceError } from './aws-endpoint.ts';

/** A pool's rules for passwords, as the template has them. */
export type PasswordPolicy = {
  MinimumLength?: number;
  RequireLowercase?: boolean;
  RequireUppercase?: boolean;
  RequireNumbers?: boolean;
  RequireSymbols?: boolean;
};

/** Throws InvalidPasswordException with Cognito's reason when a password breaks a rule. */
export const assertPasswordFits = (policy: PasswordPolicy, password: string): void => {
  const rules: [broken: boolean, reason: string][] = [
    [password.length < (policy.MinimumLength ?? 8), 'Password not long enough'],
    [policy.RequireLowercase === true && !/[a-z]/.test(password), 'Password must have lowercase characters'],
    [policy.RequireUppercase === true && !/[A-Z]/.test(password), 'Password must have uppercase characters'],
    [policy.RequireNumbers === true && !/\d/.test(password), 'Password must have numeric characters'],
    [policy.RequireSymbols === true && !/[^A-Za-z\d]/.test(password), 'Password must have symbol characters'],
  ];
  const reason = rules.find(([broken]) => broken)?.[1];
  if (reason !== undefined) {
    throw new ServiceError('InvalidPasswordException', `Password did not conform with policy: ${reason}`);
  }
};
