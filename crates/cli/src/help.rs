//! What stands below the options of every `--help`: examples and exit codes.

pub const RECON: &str = "\
Start here, without an AWS account:
  recon plan --sandbox         what would be created, in an AWS in a box
  recon apply --sandbox        create it there
  recon plan --sandbox         no changes

Exit codes:
  plan            0 made; --detailed-exitcode: 0 no changes, 2 changes, 1 error
  drift           0 none, 2 drift, 1 error or something could not be read
  apply, destroy  0 done, 1 refused or failed, 130 interrupted
  adopt           0 done, 1 refused or failed
  output          0 all there, 1 error or a value that is not there yet
  show, sandbox   0 done, 1 error
  report merge    as the runs that it puts together
  unlock          0 free, 1 refused
  any             64 the command line is wrong

Region, profile, credentials and endpoint are found as the AWS CLI finds them
(AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ~/.aws/config).";

pub const PLAN: &str = "\
Examples:
  recon plan                               the stack in desired/
  recon plan --env prod --var tag=1.9.0    with an overlay and a variable
  recon plan --target ecs.service.api      only this resource and what it needs
  recon plan --replace ecs.service.api     what making it anew would mean
  recon plan --out plan                    kept, for `recon apply plan`
  recon plan --rehearse                    tried out in a copy of the account
  recon plan --format json > plan.json     for machines, and for `recon show`
  recon plan -C stacks/*                   many stacks in one run
  recon plan -C stacks/* --shard 2/8       a part of them, always the same
  recon plan --timings --trace trace.json  what it took

Exit codes:
  0   the plan was made
  1   error
  64  the command line is wrong
with --detailed-exitcode:
  0   no changes
  2   changes, or steps that are blocked
  1   error, or something could not be read";

pub const APPLY: &str = "\
Examples:
  recon apply                             shows the plan; only `yes` goes on
  recon apply --sandbox --auto-approve    in an AWS in a box
  recon apply --target ecs.service.api    only this resource and what it needs
  recon apply --replace ecs.service.api   make it anew, whatever its fields say
  recon apply plan                        what `recon plan --out plan` kept

A kept plan is done as it was shown, or not at all: if what it touches has
moved since, here or in the TOML, nothing is done and each move is named.

Nothing is begun while a step of the plan is blocked, or while a deployment is
under way that moves what the plan changes (--wait-deployments).
After a failure, or an interruption at any point, run it again: it goes on from
what is there.

While it works, the log group /recon/lock/STACK keeps others off the stack, and
.recon/journal/ notes every change before it is made. Ctrl-C, or a SIGTERM: what
runs comes to its end, nothing new begins. A second one stops at once.

Exit codes:
  0    done, or there was nothing to do
  1    refused, not confirmed, or failed; what was done and what was not is told
  64   the command line is wrong
  130  interrupted";

pub const DRIFT: &str = "\
Examples:
  recon drift                        every difference, its line, both ways out
  recon drift --format json > now.json
  recon drift --since yesterday.json    what is new, and since when the rest is
  recon drift || notify-somebody     in a nightly job
  recon drift -C stacks/*            many stacks in one run

Exit codes:
  0   the account is as declared
  2   something differs
  1   error, or something could not be read: nobody can say that all is well
  64  the command line is wrong";

pub const DESTROY: &str = "\
Examples:
  recon destroy --env test                  shows the plan; only `yes` goes on
  recon destroy --sandbox --auto-approve    in an AWS in a box

What the stack does not own stays, and so does what `prevent_destroy` guards.
Lock, journal, deployments under way and Ctrl-C are as with `recon apply`.

Exit codes:
  0    done, or there was nothing to delete
  1    refused, not confirmed, or failed; what was done and what was not is told
  64   the command line is wrong
  130  interrupted";

pub const UNLOCK: &str = "\
Examples:
  recon unlock                   who holds the stack; only `yes` takes it away
  recon unlock --auto-approve    takes it away, whoever holds it

A run that was killed leaves its lock; on the same machine the next run takes
it over by itself. From elsewhere nobody can tell a dead holder from a slow
one: make sure that it is dead.

Exit codes:
  0   nobody holds the stack, or not any more
  1   not confirmed, or somebody else came meanwhile
  64  the command line is wrong";

pub const SHOW: &str = "\
Examples:
  recon plan --out plan
  recon show plan
  recon show - < plan.json

Exit codes:
  0   shown
  1   the file is no plan, or of a format that this recon does not know
  64  the command line is wrong";

pub const MERGE: &str = "\
Examples:
  recon drift -C stacks/* --shard 1/2 --format json > 1.json
  recon drift -C stacks/* --shard 2/2 --format json > 2.json
  recon report merge 1.json 2.json
  recon report merge --format markdown [12].json

The order of the files does not matter. A stack in two of them, or parts of
different runs, are refused.

Exit codes: what one run over all stacks would have ended with
  0   nothing differs; of a plan without --detailed-exitcode: all were made
  2   something differs
  1   an error in one of them, a file that is none, or a shard that is missing
  64  the command line is wrong";

pub const SERVE: &str = "\
Example:
  recon sandbox serve --port 4566
  export AWS_ENDPOINT_URL=http://127.0.0.1:4566
  export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x
  aws ecs list-clusters --region ap-northeast-2

The first line on standard output is the endpoint's URL. Ctrl-C ends it.

Faults: words WHAT=WHEN in --faults or RECON_SANDBOX_FAULTS (which `--sandbox`
reads, too), apart by blanks.
  WHAT  throttle, error, error-after, timeout, timeout-after, drop, drop-after,
        denied; with `--sandbox` also die, die-after. `-after`: the call has its
        effect, and the answer is lost
  WHEN  a share of all calls (0.1), the n-th call (@12), or an operation
        (iam:CreateRole)
  and   seed=N, slow=SECONDS for each answer, iam-lag=SECONDS, tag-lag=SECONDS,
        unstable (services and load balancers never come up)
For example:
  recon sandbox serve --faults 'seed=7 throttle=0.1 drop-after=0.02 slow=0.5'

Exit codes:
  0   ended
  1   the port is taken, or the file is no sandbox
  64  the command line is wrong";

pub const RESET: &str = "\
Example:
  recon sandbox reset

Exit codes:
  0   it is empty
  1   the file is no sandbox, or cannot be written
  64  the command line is wrong";
