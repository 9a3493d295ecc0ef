using Clickstream.Cli;
using Clickstream.Cli.Commands;

namespace Clickstream.Tests.Cli;

public sealed class UsageErrorTests
{
    [Theory]
    [InlineData("frobnicate", "'frobnicate' is not a command of clickstream; see: clickstream --help")]
    [InlineData("--frobnicate", "'--frobnicate' is not an option of clickstream; see: clickstream --help")]
    [InlineData("data", "clickstream data needs a command: generate or reset; see: clickstream data --help")]
    [InlineData("data remove", "'remove' is not a command of clickstream data; see: clickstream data --help")]
    [InlineData("verify all", "'all' is not an argument of clickstream verify; see: clickstream verify --help")]
    [InlineData("producer start", "Option '--file' is required; see: clickstream producer start --help")]
    [InlineData("producer start --file a --limit -1", "--limit is -1; allowed: 0 to 9223372036854775807; see: clickstream producer start --help")]
    [InlineData("producer start --file a --realtime fast", "--realtime is fast; allowed: a factor such as 5 or 5x, up to 1000000; see: clickstream producer start --help")]
    [InlineData("data generate --out a --events many", "--events is many; allowed: 1 to 50000000000; see: clickstream data generate --help")]
    [InlineData("demo --partitions 0", "--partitions is 0; allowed: 1 to 1000; see: clickstream demo --help")]
    [InlineData("up --consumers 65", "--consumers is 65; allowed: 0 to 64; see: clickstream up --help")]
    [InlineData("env --shell fish", "--shell is fish; allowed: sh, powershell, cmd; see: clickstream env --help")]
    [InlineData("status --data-dir", "Required argument missing for option: '--data-dir'; see: clickstream status --help")]
    [InlineData("benchmark", "clickstream benchmark needs a command: run or sweep or ramp or index or search or show; see: clickstream benchmark --help")]
    [InlineData("benchmark run --runs 0", "--runs is 0; allowed: 1 to 100; see: clickstream benchmark run --help")]
    [InlineData("benchmark run --file a --events 5", "--file names the events; --events and --seed are for generated ones; see: clickstream benchmark run --help")]
    [InlineData("benchmark run --consumers many", "--consumers is many; allowed: 1 to 64; see: clickstream benchmark run --help")]
    [InlineData("benchmark sweep", "Option '--out' is required; see: clickstream benchmark sweep --help")]
    [InlineData("benchmark sweep --out a --partitions 1,,2", "--partitions is 1,,2; allowed: numbers from 1 to 1000 with commas between them; see: clickstream benchmark sweep --help")]
    [InlineData("benchmark sweep --out a --consumers 1,0", "--consumers is 1,0; allowed: numbers from 1 to 64 with commas between them; see: clickstream benchmark sweep --help")]
    [InlineData("benchmark ramp --rates fast", "--rates is fast; allowed: numbers from 1 to 10000000 with commas between them; see: clickstream benchmark ramp --help")]
    [InlineData("benchmark ramp --seconds 0", "--seconds is 0; allowed: 1 to 3600; see: clickstream benchmark ramp --help")]
    public void A_wrong_argument_is_one_line_that_says_where_to_look(string arguments, string error) =>
        Assert.Equal(error, UsageError.Find(ClickstreamCommand.Parse(arguments.Split(' '))));

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("data --help")]
    [InlineData("producer start --help")]
    [InlineData("producer start --file a --realtime")]
    [InlineData("producer start --file a --realtime 5x --strict --limit 3 --offset 4")]
    [InlineData("--data-dir a status --json")]
    [InlineData("status --data-dir a --json")]
    [InlineData("up -d --consumers 2")]
    [InlineData("data reset -y")]
    [InlineData("benchmark run --file a --runs 1 --json")]
    [InlineData("benchmark sweep -o a --partitions 1,2 --consumers 4")]
    [InlineData("benchmark ramp --rates 1,2")]
    [InlineData("psql -Atc select --help --data-dir --json x @file")]
    public void Right_arguments_are_no_error(string arguments) =>
        Assert.Null(UsageError.Find(ClickstreamCommand.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    [Theory]
    [InlineData("1", 1.0)]
    [InlineData("5x", 5.0)]
    [InlineData("0.5X", 0.5)]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("1000001x", null)]
    [InlineData("x", null)]
    public void A_speed_is_a_factor(string text, double? factor) => Assert.Equal(factor, ProducerStartCommand.Speed(text));
}
