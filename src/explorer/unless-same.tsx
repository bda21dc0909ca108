import { Component, type FunctionComponent } from 'preact';

/**
 * Drawn anew only when one of its properties is another: of hundreds, one changes. (An element that is kept from one
 * drawing to the next would do as well, and would keep all that was around it with it.)
 */
export function unlessSame<P extends object>(Draw: FunctionComponent<P>) {
  return class UnlessSame extends Component<P> {
    override shouldComponentUpdate(next: P) {
      return (Object.keys(next) as (keyof P)[]).some((name) => next[name] !== (this.props as P)[name]);
    }
    override render() {
      return <Draw {...(this.props as P)} />;
    }
  };
}
