using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Millrace.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Money : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "cost_nanos",
                table: "steps",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "cost_nanos",
                table: "generations",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "budgets",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    spent_nanos = table.Column<long>(type: "bigint", nullable: false),
                    reserved_nanos = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_budgets", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "reservations",
                columns: table => new
                {
                    generation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    budget_key = table.Column<string>(type: "text", nullable: false),
                    nanos = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reservations", x => new { x.generation_id, x.budget_key });
                });

            migrationBuilder.CreateIndex(
                name: "ix_generations_of_session",
                table: "generations",
                column: "session_id",
                filter: "session_id IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "budgets");

            migrationBuilder.DropTable(
                name: "reservations");

            migrationBuilder.DropIndex(
                name: "ix_generations_of_session",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "cost_nanos",
                table: "steps");

            migrationBuilder.DropColumn(
                name: "cost_nanos",
                table: "generations");
        }
    }
}
