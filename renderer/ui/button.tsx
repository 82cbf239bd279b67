/** Buttons: one with words, one with an icon and a tooltip that is also its name. */
import type { ComponentProps, ReactNode } from 'react';
import { Tooltip } from './tooltip';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'type'> {
  /** `primary` is the one next step; `plain` has no border. */
  readonly look?: 'plain' | 'normal' | 'primary';
}

export function Button({ look = 'normal', className = '', ...rest }: ButtonProps): ReactNode {
  return <button type="button" className={`button ${look} ${className}`.trim()} {...rest} />;
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'type' | 'aria-label' | 'title'> {
  /** Accessible name and tooltip. */
  readonly label: string;
  readonly keys?: string;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
}

export function IconButton({ label, keys, side, className = '', ...rest }: IconButtonProps): ReactNode {
  const button = (
    <button type="button" className={`icon-button ${className}`.trim()} aria-label={label} {...rest} />
  );
  return (
    <Tooltip text={label} {...(keys === undefined ? {} : { keys })} {...(side === undefined ? {} : { side })}>
      {button}
    </Tooltip>
  );
}
