import { Observable, type Observer, type Operator, Subscriber, type Subscription } from 'rxjs';

type NextOrObserver<T> = Partial<Observer<T>> | ((value: T) => void) | null;

/**
 * An observable whose subscribers, and those of what operators make of it, may throw or reject: it is reported, and they are given
 * what comes next. RxJS alone would end the process.
 */
export class GuardedObservable<T> extends Observable<T> {
  constructor(
    source: Observable<unknown>,
    private readonly report: (error: unknown) => void,
  ) {
    super();
    this.source = source;
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new GuardedObservable<R>(this, this.report);
    lifted.operator = operator;
    return lifted;
  }

  override subscribe(
    given?: NextOrObserver<T>,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    if (given instanceof Subscriber) return super.subscribe(given); // an operator's
    const observer = typeof given === 'function' ? { next: given } : (given ?? {});
    return super.subscribe({
      next: (value) => this.guard(() => observer.next?.(value)),
      error: (reason) => this.guard(() => ((observer.error?.bind(observer) ?? error) || this.report)(reason)),
      complete: () => this.guard(() => (observer.complete?.bind(observer) ?? complete)?.()),
    });
  }

  private guard(call: () => unknown): void {
    try {
      const result = call();
      // Of an async function, which RxJS does not wait for.
      if (result instanceof Promise) result.catch(this.report);
    } catch (error) {
      this.report(error);
    }
  }
}
