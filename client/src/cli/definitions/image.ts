// `image`: images of VMs, with everything installed that runs need.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

const collect = (value: string, before: string[] = []): string[] => [...before, value];

const BUILD_HELP = 'its id or a unique part of it, its image, or a name for its newest one';

export function addImage(program: Command, invocation: Invocation): void {
  const image = program
    .command('image')
    .description('images of VMs on which runs find everything installed')
    .addHelpText('after', examples('image build torch --setup setup.sh --gpu', 'image ls'));

  image
    .command('build')
    .description('build an image, and follow its build')
    .argument('[name]', 'its name: profiles write family/<deployment>-<name>')
    .option('--setup <file>', 'the script for bash that installs everything, as root')
    .option('--file <path>', 'a small file of the project that the setup finds under its path; repeatable', collect)
    .option('--secret <name>', 'a secret that the setup gets as a variable; repeatable', collect)
    .option('--profile <name>', 'take machine type, zones, disk and base of a profile, without its GPU')
    .option('--gpu', "start from the deployment's image for GPUs, with its driver")
    .option('--base', 'build the image cpu (with --gpu: gpu), with papermill, ipykernel, nbconvert and jupyterlab')
    .option('--base-image <image>', 'start from this image: NAME, family/NAME or a full path')
    .option('--machine-type <type>', 'machine type of the VM that builds, such as e2-standard-8')
    .option('--disk <size>', 'size of the disk, such as 200GB: runs on the image need as much')
    .option('--max-time <duration>', 'end the build after this time: 30m, 2h (by default), at most 24h')
    .option('--rebuild', 'build it also if an equal image exists')
    .option('--no-follow', 'return as soon as the build is accepted')
    .addHelpText(
      'after',
      examples(
        'image build --base',
        'image build torch --setup setup.sh --file requirements.txt --gpu',
        'image build torch --setup setup.sh --profile gpu --max-time 30m',
      ),
    )
    .action(async (name: string | undefined, options) => {
      const { imageBuild } = await import('../../commands/image-build');
      invocation.finish(await imageBuild(invocation.context(), name, options));
    });

  image
    .command('ls')
    .description('list images and builds, newest first')
    .addOption(jsonOption())
    .addHelpText('after', examples('image ls', 'image ls --json'))
    .action(async (options) => {
      const { imageLs } = await import('../../commands/image-ls');
      invocation.finish(await imageLs(invocation.context(), options));
    });

  image
    .command('logs')
    .description("print a build's log")
    .argument('<build>', BUILD_HELP)
    .addHelpText('after', examples('image logs torch', 'image logs 4f2m'))
    .action(async (build: string) => {
      const { imageLogs } = await import('../../commands/image-logs');
      invocation.finish(await imageLogs(invocation.context(), build));
    });

  image
    .command('cancel')
    .description('end a build')
    .argument('<build>', BUILD_HELP)
    .addHelpText('after', examples('image cancel 4f2m'))
    .action(async (build: string) => {
      const { imageCancel } = await import('../../commands/image-cancel');
      invocation.finish(await imageCancel(invocation.context(), build));
    });

  image
    .command('rm')
    .description('remove an image, or all images of a name')
    .argument('<image>', 'an image, a build, or a name')
    .option('--yes', 'remove without asking')
    .addHelpText('after', examples('image rm 4f2m', 'image rm torch --yes'))
    .action(async (text: string, options) => {
      const { imageRm } = await import('../../commands/image-rm');
      invocation.finish(await imageRm(invocation.context(), text, options));
    });
}
