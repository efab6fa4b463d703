using Octet.Cli;
using Octet.Cluster;
using Octet.Data;

namespace Octet.Tests.Cluster;

public sealed class RankGroupTests
{
    [Theory]
    [InlineData("", 1)]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=3", 4)]
    [InlineData("PMI_SIZE=2 PMI_RANK=0", 2)]
    [InlineData("PMIX_RANK=1 SLURM_NTASKS=8", 8)]
    // Slurm sets its number for every program; without PMIx it says nothing about MPI.
    [InlineData("SLURM_NTASKS=8 SLURM_PROCID=1", 1)]
    [InlineData("PMI_SIZE=2", 1)]
    public void Variables_tell_how_many_processes_were_started(string variables, int count) =>
        RankGroup.CountOf(Reader(variables)).ShouldBe(count);

    [Theory]
    [InlineData("", 8, 8, 8)]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_LOCAL_SIZE=4", 8, 8, 2)]
    [InlineData("OMPI_COMM_WORLD_SIZE=16 OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_LOCAL_SIZE=16", 8, 8, 1)]
    // Bound to two of eight: those are its own.
    [InlineData("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_LOCAL_SIZE=4", 2, 8, 2)]
    public void Processes_on_one_machine_share_its_processors(string variables, int seen, int online, int processors) =>
        RankGroup.ProcessorsFor(Reader(variables), seen, online).ShouldBe(processors);

    [Theory]
    [InlineData("SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=8 SLURM_ARRAY_TASK_MIN=0", 2, 8)]
    [InlineData("SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=8 SLURM_ARRAY_TASK_MIN=1", 0, 8)]
    [InlineData("SLURM_ARRAY_TASK_ID=20 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_STEP=5", 2, 3)]
    [InlineData("JOB_COMPLETION_INDEX=5", 5, null)]
    public void Variables_tell_the_task_of_an_array(string variables, int index, int? count) =>
        ArrayTask.Of(Reader(variables)).ShouldBe(new(index, count));

    [Fact]
    public void Outside_of_an_array_there_is_no_task() => ArrayTask.Of(Reader("SLURM_JOB_ID=7")).ShouldBeNull();

    [Fact]
    public void A_task_says_which_part_of_the_samples_is_measured()
    {
        ShardOption.Read("3/8", task: null).ShouldBe(new Shard(3, 8));
        ShardOption.Read("array", new(2, 8)).ShouldBe(new Shard(3, 8));
        ShardOption.Read("array/4", new(0, null)).ShouldBe(new Shard(1, 4));
        Should.Throw<FormatException>(() => ShardOption.Read("array", new(0, null))).Message.ShouldContain("array/8");
        Should.Throw<FormatException>(() => ShardOption.Read("array", task: null)).Message.ShouldContain("JOB_COMPLETION_INDEX");
        Should.Throw<FormatException>(() => ShardOption.Read("array/4", new(4, null))).Message.ShouldContain("none of 4 parts");
    }

    [Fact]
    public void One_process_has_what_all_have()
    {
        RankGroup.Alone.Count.ShouldBe(1);
        RankGroup.Alone.GatherAll([1, 2]).ShouldBe([[1, 2]]);
        RankGroup.Alone.Sum(3).ShouldBe(3);
    }

    static Func<string, string?> Reader(string variables)
    {
        var set = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return set.GetValueOrDefault;
    }
}
